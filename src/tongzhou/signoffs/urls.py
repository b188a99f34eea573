from django.urls import path

from tongzhou.signoffs import views

urlpatterns = [
    path("<str:number>/sheets/", views.sheets, name="sheets"),
    path("<str:number>/sheets/<int:sheet_id>/", views.sheet, name="sheet"),
    path("<str:number>/sheets/<int:sheet_id>/signature/", views.sign, name="sheet_sign"),
    path("<str:number>/sheets/<int:sheet_id>/withdrawal/", views.withdraw, name="sheet_withdraw"),
    path("<str:number>/sheets/<int:sheet_id>/void/", views.void, name="sheet_void"),
    path("<str:number>/sheets/<int:sheet_id>/verification/", views.verification, name="sheet_verification"),
    path("<str:number>/sheets/<int:sheet_id>/evidence.zip", views.evidence, name="sheet_evidence"),
    path("<str:number>/delegations/", views.delegations, name="delegations"),
    path("<str:number>/delegations/<int:delegation_id>/end/", views.delegation_end, name="delegation_end"),
    path("<str:number>/chain/", views.chain, name="chain"),
]
